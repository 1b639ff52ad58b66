import type { Handler } from '../../../http/operations';
import { pageError } from '../errors/page-error';
import type { ImageOperation } from '../operation';
import { sendJson, sendJsonText } from '../responses';
import { schemaTexts } from '../schemas';

/** What the API reports about itself: schemas, stores, usage. */
export function serviceOperations(): readonly ImageOperation[] {
  const row = { method: 'GET', subject: 'image' } as const;
  const schema = (name: string, of: keyof typeof schemaTexts): ImageOperation => ({
    ...row,
    name,
    path: `/v2/schemas/${of}`,
    run: sendSchema(schemaTexts[of]),
  });
  return [
    schema('showImageSchema', 'image'),
    schema('showImagesSchema', 'images'),
    schema('showMemberSchema', 'member'),
    schema('showMembersSchema', 'members'),
    { ...row, name: 'listStores', path: '/v2/info/stores', run: refuseStores },
    { ...row, name: 'showUsage', path: '/v2/info/usage', run: sendUsage },
  ];
}

function sendSchema(text: string): Handler {
  return (req, res) => {
    sendJsonText(req, res, 200, text);
  };
}

const refuseStores: Handler = () => {
  throw pageError(404, 'Multi backend is not supported at this site.');
};

/** Keystone's limits are not stored here, so there is no usage to show. */
const sendUsage: Handler = (req, res) => {
  sendJson(req, res, 200, { usage: {} });
};
