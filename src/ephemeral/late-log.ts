import type { Log } from '../postgres/log';

type Level = keyof Log;
type Facts = Readonly<Record<string, unknown>>;

/** For what begins before the gateway's log is loaded: it keeps lines until it learns where they go. */
export class BufferingLog implements Log {
  private readonly kept: { level: Level; message: string; facts: Facts | undefined }[] = [];
  private target: Log | undefined;

  info(message: string, facts?: Facts): void {
    this.write('info', message, facts);
  }

  warn(message: string, facts?: Facts): void {
    this.write('warn', message, facts);
  }

  error(message: string, facts?: Facts): void {
    this.write('error', message, facts);
  }

  sendTo(target: Log): void {
    this.target = target;
    for (const { level, message, facts } of this.kept.splice(0)) target[level](message, facts);
  }

  private write(level: Level, message: string, facts: Facts | undefined): void {
    if (this.target) this.target[level](message, facts);
    else this.kept.push({ level, message, facts });
  }
}
