// Field options and transformations that dashboards use.
import {
  dataLinksOverrideProcessor, displayNameOverrideProcessor, identityOverrideProcessor,
  numberOverrideProcessor, standardEditorsRegistry, standardFieldConfigEditorRegistry,
  standardTransformers, standardTransformersRegistry, stringOverrideProcessor,
  thresholdsOverrideProcessor, unitOverrideProcessor, valueMappingsOverrideProcessor,
} from '@grafana/data';

export function fieldOption(id: string, process: any = identityOverrideProcessor, defaultValue?: any) {
  return { id, path: id, name: id, description: '', editor: () => null, override: () => null, process,
           shouldApply: () => true, settings: {}, defaultValue };
}

export function fillRegistries(): void {
  // A panel's own option that had a category, be it none, would count as an extension of each.
  const standard = (id: string, process?: any, defaultValue?: any) =>
    ({ ...fieldOption(id, process, defaultValue), category: [] });
  standardFieldConfigEditorRegistry.setInit(() => [
    standard('unit', unitOverrideProcessor), standard('min', numberOverrideProcessor),
    standard('max', numberOverrideProcessor), standard('decimals', numberOverrideProcessor),
    standard('displayName', displayNameOverrideProcessor),
    standard('noValue', stringOverrideProcessor),
    standard('thresholds', thresholdsOverrideProcessor,
      { mode: 'absolute', steps: [{ value: -Infinity, color: 'green' }, { value: 80, color: 'red' }] }),
    standard('mappings', valueMappingsOverrideProcessor, []),
    standard('links', dataLinksOverrideProcessor), standard('color'),
  ] as any);
  standardEditorsRegistry.setInit(() => []);
  const all = new Map(Object.values(standardTransformers).map((each: any) => [each.id, each]));
  standardTransformersRegistry.setInit(() => [...all.values()].map((each: any) => ({
    id: each.id, name: each.name, description: '', imageDark: '', imageLight: '',
    transformation: async () => each, editor: () => null,
  })) as any);
}
