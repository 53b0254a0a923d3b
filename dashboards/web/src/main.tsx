import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./styles/tokens.css";
import "./styles/layout.css";
import "./styles/tables.css";
import "./styles/controls.css";
import "./styles/charts.css";
import "./styles/views.css";
import { App } from "./app";
import { followVisibility } from "./live";
import { applyTheme, chosenTheme } from "./theme";

applyTheme(chosenTheme());
followVisibility();

const root = document.getElementById("app");
if (root) {
  root.replaceChildren();
  render(<App />, root);
}
