import { describe, expect, it } from 'vitest';
import { renderLimits, renderPhones, renderQueues } from './provision.ts';

describe('the files that the PBX is given', () => {
  it('describe a phone in three sections of its extension', () => {
    expect(renderPhones([{ extension: '1001', secret: 'abcdefghijklmnop', displayName: 'Ольга' }])).toContain(
      `[1001](agent-endpoint)
auth=1001
aors=1001
callerid="Ольга" <1001>
[1001](agent-auth)
username=1001
password=abcdefghijklmnop
[1001](agent-aor)`,
    );
  });

  it('cannot be broken out of by the name of a person', () => {
    const displayName = 'x" <9>\n[evil]\ncontext=from-carrier ;#exec';
    const rendered = renderPhones([{ extension: '1001', secret: 'abcdefghijklmnop', displayName }]);
    expect(rendered).toContain(`callerid="x   9   evil  context=from-carrier   exec" <1001>`);
    expect(rendered).not.toMatch(/^\[evil|^context/m);
    expect(rendered).not.toContain(';#');
  });

  it("say a queue's strategy in Asterisk's words, and how long callers wait", () => {
    const queue = {
      queue: 'support',
      strategy: 'longest_idle',
      weight: 2,
      ringSeconds: 20,
      maxWaitSeconds: 600,
    } as const;
    expect(renderQueues([queue])).toContain('[support](queue-defaults)\nstrategy=leastrecent\ntimeout=20\nweight=2');
    expect(renderLimits([queue])).toContain('[support]\nmax_wait_seconds=600');
  });
});
