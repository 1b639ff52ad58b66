import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayProcess, startGatewayProcess } from '../../test/support/gateway-process';

/** ms between the end of a gateway and the next one, as systemd has it by default */
const restartAfter = 100;

/** The built gateway, started again whenever it ends, as a service manager would. */
export class SupervisedGateway {
  /** Ends that no fault had caused. */
  readonly unasked: string[] = [];
  private deathExpected = false;
  private stopping = false;
  private life: Promise<void>;

  private constructor(
    private readonly stateDir: string,
    private env: Readonly<Record<string, string>>,
    private current: GatewayProcess,
  ) {
    this.life = this.watch();
  }

  static async start(stateDir: string, env: Readonly<Record<string, string>>): Promise<SupervisedGateway> {
    const first = await startGatewayProcess(stateDir, env);
    const samePort = { ...env, TAGWAY_PORT: String(first.port) };
    return new SupervisedGateway(stateDir, samePort, first);
  }

  get port(): number {
    return Number(this.env['TAGWAY_PORT']);
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  get pid(): number {
    return this.current.child.pid ?? 0;
  }

  /** Everything that the present process has written. */
  output(): string {
    return this.current.output();
  }

  /** A fault is about to end it. */
  expectDeath(): void {
    this.deathExpected = true;
  }

  /** Ends it in peace; the next one has these settings, too. */
  async restart(env: Readonly<Record<string, string>>): Promise<void> {
    this.env = { ...this.env, ...env };
    this.expectDeath();
    const { pid } = this;
    this.current.child.kill('SIGTERM');
    while (this.pid === pid) await sleep(20);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.current.child.kill('SIGTERM');
    const late = setTimeout(() => this.current.child.kill('SIGKILL'), 30_000);
    await this.life;
    clearTimeout(late);
  }

  /** Changes during an await, which the compiler does not see of the field itself. */
  private isStopping(): boolean {
    return this.stopping;
  }

  private async watch(): Promise<void> {
    for (;;) {
      await ended(this.current);
      if (this.isStopping()) return;
      if (!this.deathExpected) this.unasked.push(this.current.output().slice(-2_000));
      this.deathExpected = false;
      await sleep(restartAfter);
      await this.startAgain();
    }
  }

  private async startAgain(): Promise<void> {
    for (let failures = 0; !this.isStopping(); failures++) {
      try {
        this.current = await startGatewayProcess(this.stateDir, this.env);
        // No other process reports this one.
        if (this.isStopping()) this.current.child.kill('SIGTERM');
        return;
      } catch (error) {
        // Its database may still be away; the one after it will be better off.
        if (failures > 100) throw error;
        await sleep(restartAfter);
      }
    }
  }
}

function ended({ child }: GatewayProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}
