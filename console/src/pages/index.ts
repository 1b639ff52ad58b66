import type { Page } from '../frame/page';
import { historyPage } from './history/history-page';
import { imagePage } from './image/image-page';
import { imagesPage } from './images/images-page';
import { livePage } from './live/live-page';
import { requestsPage } from './requests/requests-page';
import { statisticsPage } from './statistics/statistics-page';
import { webhooksPage } from './webhooks/webhooks-page';

/** In the order of the navigation. */
export const pages: readonly Page[] = [
  imagesPage,
  imagePage,
  statisticsPage,
  historyPage,
  livePage,
  webhooksPage,
  requestsPage,
];
