// The page: draws /dashboard.json, and tells by window.panelStates how each panel fares.
import { ThemeContext, createTheme } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { VizPanel, sceneGraph } from '@grafana/scenes';
import * as grafana from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';

import { offerPlugins } from './plugins';
import { fillRegistries } from './registries';
import { sceneOf } from './scene';
import { offerServices } from './services';

const query = new URLSearchParams(location.search);
const theme = createTheme({ colors: { mode: query.get('theme') === 'light' ? 'light' : 'dark' } });

async function main(): Promise<void> {
  offerServices(theme);
  fillRegistries();
  offerPlugins(theme);
  await initPluginTranslations('grafana-scenes', []);
  const dashboard = await (await fetch('/dashboard.json')).json();
  const scene = sceneOf(dashboard, query);
  const Styles: any = (grafana as any).GlobalStyles ?? (() => null);
  createRoot(document.getElementById('root')!).render(
    <MemoryRouter>
      <ThemeContext.Provider value={theme}>
        <Styles />
        <grafana.PortalContainer />
        <div style={{ padding: 16, minHeight: '100vh', background: theme.colors.background.canvas,
                      color: theme.colors.text.primary }}>
          <h1 style={{ fontSize: 20, margin: '0 0 4px' }}>{dashboard.title}</h1>
          <p style={{ margin: '0 0 12px', color: theme.colors.text.secondary }}>
            {dashboard.description}
          </p>
          <scene.Component model={scene} />
        </div>
      </ThemeContext.Provider>
    </MemoryRouter>);
  (window as any).panelStates = () => sceneGraph
    .findAllObjects(scene, (each) => each instanceof VizPanel)
    .map((panel: any) => {
      const data = panel.state.$data?.state?.data;
      return { title: panel.state.title, type: panel.state.pluginId, state: data?.state,
               rows: (data?.series ?? []).reduce((sum: number, frame: any) => sum + frame.length, 0),
               errors: (data?.errors ?? []).map((each: any) => each.message) };
    });
}

main().catch((error) => { throw error; });
