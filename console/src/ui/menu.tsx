import * as menu from '@zag-js/menu';
import { normalizeProps, type PropTypes, useMachine } from '@zag-js/preact';
import { Check, type IconNode } from 'lucide';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from './icon';

export interface MenuItem {
  readonly value: string;
  readonly label: string;
  readonly icon?: IconNode;
  /** Of several items one is chosen; absent: the item only does something. */
  readonly isChosen?: boolean;
  readonly isDangerous?: boolean;
}

interface MenuProps {
  /** Names the button for those who cannot see it. */
  readonly label: string;
  readonly trigger: ComponentChildren;
  readonly triggerClass?: string;
  readonly heading?: string;
  readonly items: readonly MenuItem[];
  readonly onSelect: (value: string) => void;
}

/** A button with a menu: arrow keys, first letters, Escape; stays within the window. */
export function Menu(props: MenuProps): JSX.Element {
  const { label, trigger, triggerClass = 'button quiet', heading, items, onSelect } = props;
  const service = useMachine(menu.machine, {
    id: useId(),
    'aria-label': label,
    positioning: { placement: 'bottom-end', gutter: 6 },
    onSelect: ({ value }) => {
      onSelect(value);
    },
  });
  const api = menu.connect(service, normalizeProps);
  return (
    <>
      <button {...api.getTriggerProps()} class={triggerClass} aria-label={label} title={label}>
        {trigger}
      </button>
      <div {...api.getPositionerProps()} class="menu-positioner">
        <div {...api.getContentProps()} class="menu">
          {heading !== undefined && <p class="menu-heading">{heading}</p>}
          {items.map((item) => (
            <MenuRow key={item.value} item={item} props={itemProps(api, item)} />
          ))}
        </div>
      </div>
    </>
  );
}

type Api = ReturnType<typeof menu.connect<PropTypes>>;
type RowProps = PropTypes['element'];

function itemProps(api: Api, { value, label, isChosen }: MenuItem): RowProps {
  if (isChosen === undefined) return api.getItemProps({ value, valueText: label });
  return api.getOptionItemProps({ type: 'radio', value, valueText: label, checked: isChosen });
}

interface MenuRowProps {
  readonly item: MenuItem;
  readonly props: RowProps;
}

function MenuRow({ item, props }: MenuRowProps): JSX.Element {
  const { label, icon, isChosen, isDangerous } = item;
  return (
    <div {...props} class={`menu-item${isDangerous === true ? ' dangerous' : ''}`}>
      {icon && <Icon icon={icon} />}
      <span class="menu-text">{label}</span>
      {isChosen === true && <Icon icon={Check} />}
    </div>
  );
}
