/** Which arrays of a file hold the images, where it has several. */
import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ArrayReport } from '../shared/contracts';
import { UserError } from '../shared/errors';
import type { ScanRequest } from '../shared/settings';
import { isArrayFile, splitLocation } from '../shared/source-location';
import { choosePlace } from './choose-source';
import type { Services } from './services';

/** What choosing needs of the services. */
interface Asked {
  readonly engine: Pick<Services['engine'], 'api'>;
}
type Chosen = Pick<ScanRequest, 'source' | 'trainOn'>;

/** A source as the engine wants it: one array of a file that has several. `undefined` when the person backed out. */
export async function chooseSource(services: Asked, clicked: unknown): Promise<string | undefined> {
  const place = await choosePlace(clicked);
  return place === undefined ? undefined : (await choose(services, place, false))?.source;
}

/** The same with what it is trained on, for which another array may be chosen. */
export async function chooseSources(services: Asked, clicked: unknown): Promise<Chosen | undefined> {
  const place = await choosePlace(clicked);
  return place === undefined ? undefined : choose(services, place, true);
}

async function choose({ engine }: Asked, place: string, forTraining: boolean): Promise<Chosen | undefined> {
  if (!isArrayFile(place) || !/\.npz$/i.test(place)) return { source: place };
  const { arrays, suggestion } = await (await engine.api()).inspectSource(place);
  const usable = arrays.filter(({ problem }) => problem === undefined);
  const [first, second] = usable;
  if (!first) throw noArray(place, arrays);
  if (!second) return { source: `${place}#${first.name}` };
  const file = basename(place);
  const scored = await ask(
    usable.map(choiceOf),
    splitLocation(suggestion.source).array,
    l10n.t('Which array of {file} is to be scored?', { file }),
  );
  if (scored === undefined) return undefined;
  const source = `${place}#${scored}`;
  if (!forTraining) return { source };
  const same = { label: l10n.t('The scored images themselves'), array: scored };
  const suggested = suggestion.trainOn === undefined ? undefined : splitLocation(suggestion.trainOn).array;
  const trained = await ask(
    [same, ...usable.filter(({ name }) => name !== scored).map(choiceOf)],
    suggested ?? scored,
    l10n.t('Which array of {file} is trained on?', { file }),
  );
  if (trained === undefined) return undefined;
  return trained === scored ? { source } : { source, trainOn: `${place}#${trained}` };
}

interface ArrayChoice extends vscode.QuickPickItem {
  readonly array: string;
}

function choiceOf({ name, type, shape, meaning }: ArrayReport): ArrayChoice {
  const description = `${type} · ${shape.join(' × ')}`;
  return { label: name, array: name, description, ...(meaning !== undefined && { detail: meaning }) };
}

/** A list with one entry in front, which Enter takes; the array, or undefined when the person backed out. */
function ask(
  choices: readonly ArrayChoice[],
  preselected: string | undefined,
  placeholder: string,
): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<ArrayChoice>();
  pick.items = choices;
  pick.placeholder = placeholder;
  pick.activeItems = choices.filter(({ array }) => array === preselected);
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.array);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function noArray(place: string, arrays: readonly ArrayReport[]): UserError {
  const file = basename(place);
  const reason = arrays.find(({ problem }) => problem !== undefined);
  return new UserError(
    'source-invalid',
    reason
      ? l10n.t('No array in {file} holds images: “{name}” cannot ({problem}).', {
          file,
          name: reason.name,
          problem: reason.problem ?? '',
        })
      : l10n.t('There is no array in {file}. Save one with numpy.savez.', { file }),
  );
}
