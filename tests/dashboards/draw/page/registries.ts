// Field options and transformations that dashboards use.
import {
  dataLinksOverrideProcessor, displayNameOverrideProcessor, identityOverrideProcessor,
  numberOverrideProcessor, standardEditorsRegistry, standardFieldConfigEditorRegistry,
  standardTransformers, standardTransformersRegistry, stringOverrideProcessor,
  thresholdsOverrideProcessor, unitOverrideProcessor, valueMappingsOverrideProcessor,
} from '@grafana/data';

export function fieldOption(id: string, process: any = identityOverrideProcessor, defaultValue?: any) {
  return { id, path: id, name: id, description: '', editor: () => null, override: () => null, process,
           shouldApply: () => true, settings: {}, category: [], defaultValue };
}

export function fillRegistries(): void {
  standardFieldConfigEditorRegistry.setInit(() => [
    fieldOption('unit', unitOverrideProcessor), fieldOption('min', numberOverrideProcessor),
    fieldOption('max', numberOverrideProcessor), fieldOption('decimals', numberOverrideProcessor),
    fieldOption('displayName', displayNameOverrideProcessor),
    fieldOption('noValue', stringOverrideProcessor),
    fieldOption('thresholds', thresholdsOverrideProcessor,
      { mode: 'absolute', steps: [{ value: -Infinity, color: 'green' }, { value: 80, color: 'red' }] }),
    fieldOption('mappings', valueMappingsOverrideProcessor, []),
    fieldOption('links', dataLinksOverrideProcessor), fieldOption('color'),
  ] as any);
  standardEditorsRegistry.setInit(() => []);
  const all = new Map(Object.values(standardTransformers).map((each: any) => [each.id, each]));
  standardTransformersRegistry.setInit(() => [...all.values()].map((each: any) => ({
    id: each.id, name: each.name, description: '', imageDark: '', imageLight: '',
    transformation: async () => each, editor: () => null,
  })) as any);
}
