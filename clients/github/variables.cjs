// Of the gateway in TEST_TAGWAY, for the steps that follow: GitHub's files of variables and outputs.
const { appendFileSync } = require('node:fs');

const { TEST_TAGWAY: announced = '', GITHUB_ENV: environment, GITHUB_OUTPUT: output } = process.env;
const { url, authUrl, users, project, accessKeys, admin, domain } = JSON.parse(announced);
const user = users[0] ?? admin;
const key = accessKeys.find((each) => each.user === user.name);
// What is masked is not shown in logs.
for (const secret of [user.password, admin.password, admin.token, key?.secret].filter(Boolean)) {
  console.log(`::add-mask::${secret}`);
}
const variables = {
  TEST_TAGWAY: announced.trim(),
  OS_AUTH_URL: authUrl,
  OS_USERNAME: user.name,
  OS_PASSWORD: user.password,
  OS_PROJECT_NAME: project.name,
  OS_USER_DOMAIN_NAME: domain.name,
  OS_PROJECT_DOMAIN_NAME: domain.name,
  OS_IDENTITY_API_VERSION: '3',
  HUAWEICLOUD_SDK_PROJECT_ID: project.id,
  ...(key && { HUAWEICLOUD_SDK_AK: key.access, HUAWEICLOUD_SDK_SK: key.secret }),
};
const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
appendFileSync(environment, lines.join(''));
appendFileSync(output, `url=${url}\n`);
