import { expectNoSecretTold, keepSecret, searchedLog } from './secrets';

test('a line that tells a secret is found, and one that does not is not', () => {
  const token = 'gAAAAABc-0123456789_abcdef';
  const log = searchedLog();
  log.info('before it is known', { token });
  keepSecret(token);
  keepSecret('a pass phrase of several words');
  keepSecret('alice');
  log.info('request', { user: 'alice', token: `${token}x` });
  expect(expectNoSecretTold).not.toThrow();
  log.info(`the token ${token} is not known`);
  expect(expectNoSecretTold).toThrow(token);
  log.info('audit', { user: 'a pass phrase of several words' });
  expect(expectNoSecretTold).toThrow('a pass phrase');
  expect(expectNoSecretTold).not.toThrow();
});
