import type { DialectDeps } from '../../dialect';
import type { ImageOperation } from '../operation';
import { sendJsonText } from '../responses';
import { metadefItemOperations } from './item-operations';
import { metadefNamespaceOperations } from './namespace-operations';
import { metadefSchemaTexts } from './schemas';

/** Definitions of metadata: `/v2/metadefs` and their schemas. */
export function metadefOperations({
  metadefs,
  settings: { publicUrl },
}: Pick<DialectDeps, 'metadefs' | 'settings'>): readonly ImageOperation[] {
  return [
    ...metadefNamespaceOperations(metadefs, publicUrl),
    ...metadefItemOperations(metadefs),
    ...Object.entries(metadefSchemaTexts).map(([name, text]) => schemaOperation(name, text)),
  ];
}

function schemaOperation(name: string, text: string): ImageOperation {
  return {
    name: `showMetadef${capitalized(name)}Schema`,
    method: 'GET',
    path: `/v2/schemas/metadefs/${name}`,
    subject: 'image',
    run: (req, res) => {
      sendJsonText(req, res, 200, text);
    },
  };
}

/** `resource_type` as `ResourceType` */
function capitalized(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
