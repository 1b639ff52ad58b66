const form = /^[0-9A-Za-z_-]{1,64}$/;

/** Has this the form of a project's id? Identity makes 32 hex digits; an outside identity service may have others. */
export function isProjectId(text: string): boolean {
  return form.test(text);
}
