import type { WebhookService } from '../../core/webhook-service';
import { requireCaller } from '../../http/context';
import type { DialectDeps } from '../dialect';
import { ProblemError } from './errors';
import type { NativeOperation } from './operation';
import { setPrivateCache } from './responses';
import { deliveryBody, secretText, webhookBody } from './webhook-bodies';
import { readDeliveryLimit, readNewWebhook, readWebhookChange, readWebhookId } from './webhook-requests';

const all = '/tags/v1/projects/:project_id/webhooks';
const one = `${all}/:webhook_id`;

export function webhookOperations(parts: DialectDeps): readonly NativeOperation[] {
  return [...ofAll(parts), ...ofOne(parts), ...ofDeliveries(parts)];
}

/** @throws ProblemError history-off */
function webhooksOf({ webhooks }: Pick<DialectDeps, 'webhooks'>): WebhookService {
  if (webhooks) return webhooks;
  throw new ProblemError({ name: 'history-off' });
}

function ofAll(parts: DialectDeps): readonly NativeOperation[] {
  return [
    {
      name: 'listWebhooks',
      method: 'GET',
      path: all,
      run: async (req, res) => {
        const items = await webhooksOf(parts).list(requireCaller(req));
        setPrivateCache(res);
        res.json({ items: items.map(webhookBody) });
      },
    },
    {
      name: 'createWebhook',
      method: 'POST',
      path: all,
      body: 'json',
      run: async (req, res) => {
        const webhooks = webhooksOf(parts);
        const { webhook, secret } = await webhooks.create(requireCaller(req), readNewWebhook(req));
        res.set({ 'Cache-Control': 'no-store', Location: `${req.target.path}/${webhook.webhookId}` });
        res.status(201).json({ ...webhookBody(webhook), secret: secretText(secret) });
      },
    },
  ];
}

function ofOne(parts: DialectDeps): readonly NativeOperation[] {
  return [
    {
      name: 'showWebhook',
      method: 'GET',
      path: one,
      run: async (req, res) => {
        const webhook = await webhooksOf(parts).show(requireCaller(req), readWebhookId(req));
        setPrivateCache(res);
        res.json(webhookBody(webhook));
      },
    },
    {
      name: 'changeWebhook',
      method: 'PATCH',
      path: one,
      body: 'json',
      run: async (req, res) => {
        const webhooks = webhooksOf(parts);
        const webhook = await webhooks.change(requireCaller(req), readWebhookId(req), readWebhookChange(req));
        setPrivateCache(res);
        res.json(webhookBody(webhook));
      },
    },
    {
      name: 'deleteWebhook',
      method: 'DELETE',
      path: one,
      run: async (req, res) => {
        await webhooksOf(parts).remove(requireCaller(req), readWebhookId(req));
        res.status(204).end();
      },
    },
  ];
}

function ofDeliveries(parts: DialectDeps): readonly NativeOperation[] {
  return [
    {
      name: 'rotateWebhookSecret',
      method: 'POST',
      path: `${one}/rotate`,
      run: async (req, res) => {
        const rotated = await webhooksOf(parts).rotate(requireCaller(req), readWebhookId(req));
        const { webhook, secret, previousUntil } = rotated;
        res.set('Cache-Control', 'no-store');
        const shown = { secret: secretText(secret), previous_secret_until: previousUntil };
        res.json({ ...webhookBody(webhook), ...shown });
      },
    },
    {
      name: 'testWebhook',
      method: 'POST',
      path: `${one}/test`,
      run: async (req, res) => {
        const event = await webhooksOf(parts).test(requireCaller(req), readWebhookId(req));
        res.status(201).json({ event, type: 'tagway.webhook.test' });
      },
    },
    {
      name: 'listWebhookDeliveries',
      method: 'GET',
      path: `${one}/deliveries`,
      run: async (req, res) => {
        const limit = readDeliveryLimit(req);
        const items = await webhooksOf(parts).deliveries(requireCaller(req), readWebhookId(req), limit);
        setPrivateCache(res);
        res.json({ items: items.map(deliveryBody) });
      },
    },
  ];
}
