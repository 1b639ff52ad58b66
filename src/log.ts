import { createLogger, format, type Logger, transports } from 'winston';

/** One JSON line an event on standard error; standard output is for what people and scripts wait for. */
export function createLog(level: string): Logger {
  return createLogger({
    level,
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
}
