import { testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { send } from '../../../support/wire';
import { glanceClient } from '../glance-client';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const glance = glanceClient(given);

test.each([[{ delete_backup: true }], ['no object'], [{}]])(
  "a body of a deletion is ignored, as Huawei's clients need it: %j",
  async (body) => {
    const { id } = await glance.create();
    const gone = await send(given().port, 'DELETE', `/v2/images/${id}`, { token: 'alice', body });
    expect(gone.status).toBe(204);
    expect((await glance.get(`/v2/images/${id}`)).status).toBe(404);
  },
);
