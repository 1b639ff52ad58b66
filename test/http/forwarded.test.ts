import { testGateway } from '../support/gateway';
import { send } from '../support/wire';

const trusting = testGateway({ env: { TAGWAY_TRUST_PROXY: '127.0.0.1' } });
const trustingAnother = testGateway({ env: { TAGWAY_TRUST_PROXY: '10.0.0.0/8' } });
const trustingNobody = testGateway();

const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'images.example.org' };

async function link(port: number): Promise<string> {
  const answer = await send(port, 'GET', '/', { headers });
  return answer.json<{ versions: { links: { href: string }[] }[] }>().versions[0]?.links[0]?.href ?? '';
}

test('links follow what a trusted proxy says', async () => {
  expect(await link(trusting().port)).toMatch(/^https:\/\/images\.example\.org\/v2\//);
});

test('and what nobody vouches for is ignored', async () => {
  for (const { port } of [trustingAnother(), trustingNobody()]) {
    expect(await link(port)).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${String(port)}/v2/`));
  }
});
