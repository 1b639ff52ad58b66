import {
  type GatewayProcess,
  removeFolder,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process';
import { fourVariables } from './command';
import { runGophercloud, runGuardedChanges, runOpenstacksdk } from './programs';

jest.setTimeout(180_000);

let gateway: GatewayProcess;
let home: string;
beforeAll(async () => {
  home = temporaryFolder('tagway-libraries');
  gateway = await startGatewayProcess(temporaryFolder('tagway-libraries-state'));
});
afterAll(async () => {
  await gateway.stop();
  removeFolder(gateway.stateDir);
  removeFolder(home);
});

test('openstacksdk', () => runOpenstacksdk(home, fourVariables(gateway)));

test('gophercloud', () => runGophercloud(home, fourVariables(gateway)));

test('guarded changes of both', () => runGuardedChanges(home, fourVariables(gateway)));
