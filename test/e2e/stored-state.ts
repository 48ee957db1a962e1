/** What the workbench keeps in the browser for its next start. */
import type { Page } from 'playwright-core';

/** Whether the workbench's stored state, which it writes some seconds after a change, holds this text. */
export async function isRemembered(page: Page, text: string): Promise<boolean> {
  return await page.evaluate(async (wanted) => {
    const open = (name: string): Promise<IDBDatabase> =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error(`no data base ${name}`));
      });
    for (const { name } of await indexedDB.databases()) {
      if (name?.startsWith('vscode-web-state-db-') !== true) continue;
      const base = await open(name);
      try {
        for (const store of base.objectStoreNames) {
          const values = await new Promise<unknown[]>((resolve, reject) => {
            const request = base.transaction(store).objectStore(store).getAll();
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(new Error(`cannot read ${store}`));
          });
          if (values.some((value) => typeof value === 'string' && value.includes(wanted))) return true;
        }
      } finally {
        base.close();
      }
    }
    return false;
  }, text);
}
