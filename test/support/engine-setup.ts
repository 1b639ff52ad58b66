import { notApplicable } from './engine';

/** Of a run of `npm run test:engine`: what is listed as not applicable is left out. */
const file = expect.getState().testPath ?? '';
const left = notApplicable.filter((one) => file.endsWith(one.file)).map((one) => one.test);
const run = globalThis.test;

if (left.length > 0) {
  const chosen = (name: string, ...rest: [jest.ProvidesCallback?, number?]): void => {
    (left.some((begin) => name.startsWith(begin)) ? run.skip : run)(name, ...rest);
  };
  globalThis.test = Object.assign(chosen, run) as jest.It;
}
