import { AbstractStartedContainer, GenericContainer } from 'testcontainers';

/** A gateway for one test run: docs/testcontainers.md. */
export declare class TagwayContainer extends GenericContainer {
  /** @param image of Tagway's Dockerfile; `tagway:0.1.0` when left out */
  constructor(image?: string);
  /** @param seed what a seed file holds (docs/seed.md) */
  withSeed(seed: object): this;
  start(): Promise<StartedTagwayContainer>;
}

export declare class StartedTagwayContainer extends AbstractStartedContainer {
  readonly url: string;
  /** For `OS_AUTH_URL`. */
  readonly authUrl: string;
  /** The variables that OpenStack's clients and Huawei's SDKs read. */
  readonly env: Readonly<Record<string, string>>;
  /** The first user of the seed, with its project and access key; and the gateway's admin. */
  readonly credentials: {
    readonly user: string;
    readonly password: string;
    readonly domain: string;
    readonly project: string;
    readonly projectId: string;
    readonly accessKey: string | null;
    readonly secretKey: string | null;
    readonly admin: {
      readonly name: string;
      readonly password: string;
      readonly project: string;
      readonly token: string;
    };
  };
  /** What `tagway --ephemeral` prints: as JSON in `TEST_TAGWAY` it is for all helpers of Tagway. */
  readonly announced: Readonly<Record<string, unknown>>;
}
