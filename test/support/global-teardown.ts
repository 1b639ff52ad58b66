import { rmSync } from 'node:fs';
import { rememberedServer } from './postgres';

export default async function globalTeardown(): Promise<void> {
  const { server, stateDir } = rememberedServer();
  await server.stop();
  rmSync(stateDir, { recursive: true, force: true });
}
