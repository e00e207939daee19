import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtInDescription, descriptions } from '../gateway/index.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { compileModule } from './compile.ts'
import { editorSchema } from './editor-schema.ts'
import { configSchema } from './config-schema.ts'
import { EXAMPLES } from './example-pairs.ts'
import { fileSchema } from './file-schema.ts'
import { subjectGrammars, verbs } from './grammar.ts'
import { languagePage } from './language-page.ts'
import { stepKeys } from './step-keys.ts'
import { templateSchema } from './template-file.ts'
import { describedName, describedSchemas } from './described-schemas.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** Every generated file by its path in the repository. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'engine/scenario/generated/validators.generated.ts': compileModule(languageSchemas()),
    'engine/gateway/validators.generated.ts': compileModule(gatewaySchemas()),
    'schemas/scenario.schema.json': json(editorSchema('scenario', builtInDescription)),
    'schemas/config.schema.json': json(editorSchema('config', builtInDescription)),
    'schemas/template.schema.json': json(editorSchema('template', builtInDescription)),
    'docs/language.md': languagePage(builtInDescription, (file) =>
      readFileSync(join(ROOT, EXAMPLES, file), 'utf8'),
    ),
  }
}

function languageSchemas(): Parameters<typeof compileModule>[0] {
  return {
    file: fileSchema,
    config: configSchema,
    stepKeys,
    template: templateSchema,
    ...Object.fromEntries([...verbs].map(([verb, { schema }]) => [`verb_${verb}`, schema])),
    ...Object.fromEntries(
      [...subjectGrammars].map(([subject, { schema }]) => [`subject_${subject}`, schema]),
    ),
  }
}

function gatewaySchemas(): Parameters<typeof compileModule>[0] {
  return Object.fromEntries(
    Object.values<GatewayDescription>(descriptions).flatMap((description) =>
      Object.entries(describedSchemas(description)).map(([name, schema]) => [
        `${describedName(description)}_${name}`,
        schema,
      ]),
    ),
  )
}

function json(schema: unknown): string {
  return `${JSON.stringify(schema, null, 1)}\n`
}
