import { Unavailable } from '../../src/core/errors';
import { findFailureCause } from '../../src/http/cause';
import { toCoreError } from '../../src/storage/database/errors';

/** As the driver and Node make them: a sentence that may hold anything, and a code. */
function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), code !== undefined && { code });
}

test.each([
  [failure('terminating connection due to administrator command', '57P01'), '57P01', 'unknown'],
  [failure('connect ECONNREFUSED 10.0.0.7:5432', 'ECONNREFUSED'), 'ECONNREFUSED', 'not-done'],
  [failure('canceling statement due to lock timeout', '55P03'), '55P03', 'not-done'],
  [failure('read ECONNRESET', 'ECONNRESET'), 'ECONNRESET', 'unknown'],
  [failure('Query read timeout'), 'the database gave no answer in time', 'unknown'],
  [failure('Connection terminated unexpectedly'), 'the connection to the database was lost', 'unknown'],
])('%s is told as %j, %s', (error, cause, outcome) => {
  expect(findFailureCause(toCoreError(error, true))).toEqual({ cause, outcome });
});

test('the code is found behind other errors', () => {
  const deep = new TypeError('fetch failed', { cause: failure('getaddrinfo', 'ENOTFOUND') });
  const error = new Unavailable('the identity service is away', 'not-done', { cause: deep });
  expect(findFailureCause(error)).toEqual({ cause: 'ENOTFOUND', outcome: 'not-done' });
});

test('nothing that a server or a driver says gets into the log, be it in the place of a code', () => {
  const error = failure(
    'password "hidden" of postgresql://tagway:hidden@db',
    'postgresql://tagway:hidden@db',
  );
  const unavailable = new Unavailable('the database is away', 'not-done', { cause: error });
  expect(findFailureCause(unavailable)).toEqual({ cause: 'the database is away', outcome: 'not-done' });
});

test('an error that is no 503 has no cause to tell: it has a line of its own', () => {
  expect(findFailureCause(failure('a fault of ours', 'ERR_ASSERTION'))).toBeUndefined();
  expect(findFailureCause(undefined)).toBeUndefined();
});
