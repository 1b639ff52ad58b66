import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials';
import { GlobalCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/GlobalCredentials';
import type { ICredential } from '@huaweicloud/huaweicloud-sdk-core/auth/ICredential';
import { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient';
import { DefaultHttpClient } from '@huaweicloud/huaweicloud-sdk-core/http/DefaultHttpClient';
import { LocalLogger } from '@huaweicloud/huaweicloud-sdk-core/logger';
import { Region } from '@huaweicloud/huaweicloud-sdk-core/region/region';
import { testGateway } from '../../support/gateway';
import { type Person } from './people';

const given = testGateway();
let pair: { access: string; secret: string };
let person: Pick<Person, 'id' | 'project'>;

/** The project has the region's name: that is what the SDK looks for. */
beforeAll(async () => {
  const { directory, accessKeys } = given().gateway.identity;
  const project = await directory.createProject({ name: 'eu-de' });
  const user = await directory.createUser({ name: 'sdk', password: 'p' });
  await directory.setRoles(project.id, user.id, ['member']);
  pair = await accessKeys.create(user.id, project.id);
  person = { id: user.id, project: project.id };
});

/** The SDK prints every refusal whole. */
const silent = new LocalLogger();
silent.error = () => undefined;

/** What the SDK's own builder makes; that one asks for a package that the SDK does not declare. */
function client(credential: ICredential): HcClient {
  return new HcClient(new DefaultHttpClient({ logger: silent }, [given().url]))
    .withCredential(credential)
    .withRegion(new Region('eu-de', given().url))
    .withEndpoints([given().url]);
}

function get(path: string) {
  const options = {
    method: 'GET',
    contentType: 'application/json',
    queryParams: {},
    pathParams: {},
    headers: {},
  };
  return { ...options, url: path };
}

test('the Node SDK with AK/SK alone finds its project through /v3 and then calls in it', async () => {
  const credential = new BasicCredentials()
    .withAk(pair.access)
    .withSk(pair.secret)
    .withIamEndpoint(given().url);
  const answer = await client(credential).sendRequest<never>(get('/v3/auth/projects'));
  expect(answer).toMatchObject({ projects: [{ id: person.project }], httpStatusCode: 200 });
  expect(credential.projectId).toBe(person.project);
});

test('the Node SDK with global credentials finds its domain', async () => {
  const credential = new GlobalCredentials()
    .withAk(pair.access)
    .withSk(pair.secret)
    .withIamEndpoint(given().url);
  const answer = await client(credential).sendRequest<never>(get('/v3/regions'));
  expect(answer).toMatchObject({ regions: [{ id: 'RegionOne' }] });
  expect(credential.domainId).toBe('default');
});

test('the Node SDK with a wrong secret reads the refusal', async () => {
  const credential = new BasicCredentials()
    .withAk(pair.access)
    .withSk('wrong')
    .withProjectId(person.project)
    .withIamEndpoint(given().url);
  await expect(client(credential).sendRequest(get('/v3/regions'))).rejects.toMatchObject({
    httpStatusCode: 401,
    errorMsg: 'The signature does not match the request.',
  });
});
