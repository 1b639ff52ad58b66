import type { Handler } from '../../../http/operations';
import type { ImageOperation } from '../operation';
import { sendJson, sendJsonText } from '../responses';
import { schemaTexts } from '../schemas';
import { taskSchemaTexts } from '../task-schemas';

const texts = { ...schemaTexts, ...taskSchemaTexts };

/** What the API reports about itself: schemas, usage. */
export function schemaOperations(): readonly ImageOperation[] {
  const row = { method: 'GET', subject: 'image' } as const;
  const schema = (name: string, of: keyof typeof texts): ImageOperation => ({
    ...row,
    name,
    path: `/v2/schemas/${of}`,
    run: sendSchema(texts[of]),
  });
  return [
    schema('showImageSchema', 'image'),
    schema('showImagesSchema', 'images'),
    schema('showMemberSchema', 'member'),
    schema('showMembersSchema', 'members'),
    { ...schema('showTaskSchema', 'task'), body: 'ignored' },
    { ...schema('showTasksSchema', 'tasks'), body: 'ignored' },
    { ...row, name: 'showUsage', path: '/v2/info/usage', run: sendUsage },
  ];
}

function sendSchema(text: string): Handler {
  return (req, res) => {
    sendJsonText(req, res, 200, text);
  };
}

/** Keystone's limits are not stored here, so there is no usage to show. */
const sendUsage: Handler = (req, res) => {
  sendJson(req, res, 200, { usage: {} });
};
