import { preferredMediaType } from '../python/accept';
import type { RenderedPage } from '../errors/error-page';

const json = `{
    "detailed": false,
    "reasons": [
        "OK"
    ]
}`;

const html = `<HTML>
<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>
<BODY>

<H2>Result of 1 checks:</H2>
<TABLE bgcolor="#ffffff" border="1">
<TBODY>
<TR>

<TH>
Reason
</TH>
</TR>
<TR>

    <TD>OK</TD>

</TR>
</TBODY>
</TABLE>
<HR></HR>

</BODY>
</HTML>`;

/** The answer of `/healthcheck` in the requested format. It does not check the database: `/readyz` does. */
export function healthPage(accept: string | undefined): RenderedPage {
  switch (preferredMediaType(accept, ['text/plain', 'text/html', 'application/json'])) {
    case 'text/html':
      return { contentType: 'text/html; charset=UTF-8', body: html };
    case 'application/json':
      return { contentType: 'application/json', body: json };
    case 'text/plain':
    case undefined:
      return { contentType: 'text/plain; charset=UTF-8', body: 'OK' };
  }
}
