import { formatHumanLogLine } from '../../src/logging/human-log';

const at = new Date(2026, 0, 2, 3, 4, 5, 6);

test('a request is a line of its status, method, path and time, and then what else is known', () => {
  const event = {
    level: 'info',
    message: 'request',
    dialect: 'openstack-images',
    operation: 'addTag',
    method: 'PUT',
    path: '/v2/images/i/tags/red',
    status: 204,
    milliseconds: 3.2,
    project: 'p',
    user: null,
    bytesIn: 12,
  };
  expect(formatHumanLogLine(at, event)).toBe(
    '03:04:05.006 info  204 PUT /v2/images/i/tags/red 3.2ms dialect=openstack-images operation=addTag project=p bytesIn=12',
  );
});

test('any other event is its message and its facts', () => {
  const event = { level: 'warn', message: 'an idle connection was lost', error: 'it is gone', times: 2 };
  expect(formatHumanLogLine(at, event)).toBe(
    '03:04:05.006 warn  an idle connection was lost error="it is gone" times=2',
  );
});

test('what a client chose can neither end the line nor move the cursor', () => {
  const nasty = 'a\nb\u001b[2J\u0085\u2028c';
  const line = formatHumanLogLine(at, {
    level: 'info',
    message: 'request',
    path: nasty,
    requestId: nasty,
    deep: [nasty],
  });
  expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  expect(line).toContain('\\u001b');
});
