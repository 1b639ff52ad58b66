/** Set by the build from `package.json`. */
declare const tagwayVersion: string;

export const version = tagwayVersion;
