const form = /^[0-9A-Za-z_-]{1,64}$/;

/** Is this shaped like a project id? Ours are 32 hex digits; an external identity service may use another form. */
export function isProjectId(text: string): boolean {
  return form.test(text);
}
