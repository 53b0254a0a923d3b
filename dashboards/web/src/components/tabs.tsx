// Choices that are addresses: part of what a link holds.
import { hrefWith, type Route } from "../router";

interface Props<Choice extends string> {
  route: Route;
  label: string;
  name: string;
  chosen: Choice;
  choices: readonly (readonly [Choice, string])[];
}

export function Tabs<Choice extends string>({ route, label, name, chosen, choices }: Props<Choice>) {
  return (
    <nav class="tabs" aria-label={label}>
      {choices.map(([choice, title]) => (
        <a
          key={choice}
          href={hrefWith(route, { [name]: choice })}
          aria-current={choice === chosen ? "true" : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
