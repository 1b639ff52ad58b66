'use strict';
/** docs/testcontainers.md of Tagway. */
const { AbstractStartedContainer, GenericContainer, Wait } = require('testcontainers');

const port = 9292;
const command = ['node', 'dist/src/cli.js', '--ephemeral', '--host', '0.0.0.0', '--port', String(port)];
/** The seed is in the environment: not every Testcontainers copies a file before the container starts. */
const seeded = [
  'sh',
  '-c',
  'printf %s "$SEED_JSON" >/tmp/seed.json && exec "$@" --seed /tmp/seed.json',
  'sh',
  ...command,
];
/** The one line on standard output, once every dialect answers. */
const ready = /\{"url":.*"pid":\d+\}/;

class TagwayContainer extends GenericContainer {
  constructor(image = 'tagway:0.1.0') {
    super(image);
    this.withExposedPorts(port)
      .withCommand(command)
      .withWaitStrategy(Wait.forLogMessage(ready))
      .withStartupTimeout(120_000);
  }

  /** @param seed what a seed file holds */
  withSeed(seed) {
    return this.withEnvironment({ SEED_JSON: JSON.stringify(seed) }).withCommand(seeded);
  }

  async start() {
    const container = await super.start();
    try {
      const line = ready.exec(await logsOf(container));
      return new StartedTagwayContainer(container, JSON.parse(line[0]));
    } catch (error) {
      await container.stop();
      throw error;
    }
  }
}

/** Until the line is there: Docker may hold back what was written a moment ago. */
async function logsOf(container) {
  const logs = await container.logs();
  // The library lets a process end that waits for logs alone.
  const awake = setInterval(() => undefined, 1_000);
  let heard = '';
  try {
    for await (const chunk of logs) {
      heard += String(chunk);
      if (ready.test(heard)) break;
    }
  } finally {
    clearInterval(awake);
    logs.destroy();
  }
  return heard;
}

class StartedTagwayContainer extends AbstractStartedContainer {
  constructor(container, said) {
    super(container);
    this.url = `http://${container.getHost()}:${container.getMappedPort(port)}`;
    this.authUrl = `${this.url}/v3`;
    const places = {
      url: this.url,
      authUrl: this.authUrl,
      imageEndpoint: this.url,
      huaweiEndpoint: this.url,
    };
    /** What `tagway --ephemeral` says of itself, with the addresses outside: for TEST_TAGWAY, as JSON. */
    this.announced = { ...said, ...places, adminUrl: `${this.url}/admin` };
    const [user] = said.users;
    const key = said.accessKeys.find((each) => each.user === user?.name);
    const home = Object.keys(user?.roles ?? {})[0];
    const project = said.projects.find(({ id, name }) => id === home || name === home) ?? said.project;
    this.credentials = {
      user: user?.name ?? said.admin.name,
      password: user?.password ?? said.admin.password,
      domain: said.domain.name,
      project: project.name,
      projectId: project.id,
      accessKey: key?.access ?? null,
      secretKey: key?.secret ?? null,
      admin: said.admin,
    };
    this.env = environmentOf(this.authUrl, this.credentials);
  }
}

/** The variables that OpenStack's clients and Huawei's SDKs read. */
function environmentOf(authUrl, { user, password, domain, project, projectId, accessKey, secretKey }) {
  return {
    OS_AUTH_URL: authUrl,
    OS_USERNAME: user,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: domain,
    OS_PROJECT_DOMAIN_NAME: domain,
    OS_IDENTITY_API_VERSION: '3',
    HUAWEICLOUD_SDK_PROJECT_ID: projectId,
    ...(accessKey !== null && { HUAWEICLOUD_SDK_AK: accessKey, HUAWEICLOUD_SDK_SK: secretKey }),
  };
}

module.exports = { TagwayContainer, StartedTagwayContainer };
