// The judge's pages beside the sheet: what still waits on this tablet, sent from here too.

import { prepareColdStart } from './cold.js';
import { Outbox } from './outbox.js';
import { offerRescue } from './rescue.js';
import { deviceId } from './device.js';
import { drawConnection } from './view.js';

const data = JSON.parse(document.getElementById('outbox-data').textContent);
const bar = document.getElementById('connection');
export const outbox = new Outbox(data);

outbox.addEventListener('change', () => drawConnection(bar, outbox, data.texts));
await outbox.open();
for (const place of document.querySelectorAll('[data-device]')) place.textContent = deviceId().slice(0, 6);
drawConnection(bar, outbox, data.texts);
bar.hidden = false;
offerRescue(outbox, data);
outbox.start();
prepareColdStart(data.addresses.worker);
