import {
  BookOpen,
  ChevronsUpDown,
  CircleHelp,
  CircleUser,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Sun,
  Tag,
} from 'lucide';
import type { JSX } from 'preact';
import { errorText } from '../data/exchange';
import { projectName, type Session, switchProject } from '../data/session';
import { Icon } from '../ui/icon';
import { Menu } from '../ui/menu';
import { useShortcut } from './shortcuts';
import { type Theme, themeNames, themes, useTheme } from './theme';
import { toast } from './toasts';
import { version } from './version';

interface TopBarProps {
  readonly session: Session;
  readonly onSession: (session: Session) => void;
  readonly onSignOut: () => void;
  readonly onHelp: () => void;
}

export function TopBar({ session, onSession, onSignOut, onHelp }: TopBarProps): JSX.Element {
  return (
    <header class="top-bar">
      <Brand />
      <ProjectSwitch session={session} onSession={onSession} />
      <div class="top-bar-end">
        <ThemeMenu />
        <HelpMenu onHelp={onHelp} />
        <UserMenu session={session} onSignOut={onSignOut} />
      </div>
    </header>
  );
}

export function Brand(): JSX.Element {
  return (
    <p class="brand">
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" />
      <span>Tagway</span>
    </p>
  );
}

type ProjectSwitchProps = Pick<TopBarProps, 'session' | 'onSession'>;

function ProjectSwitch({ session, onSession }: ProjectSwitchProps): JSX.Element {
  const name = projectName(session);
  const choose = async (projectId: string): Promise<void> => {
    try {
      onSession(await switchProject(session, projectId));
      toast('Switched project');
    } catch (error) {
      toast(errorText(error));
    }
  };
  if (session.projects.length < 2) {
    return (
      <p class="project" title={`Project ${session.projectId}`}>
        <span class="unseen">Project </span>
        {name}
      </p>
    );
  }
  return (
    <Menu
      label={`Project ${name}, switch`}
      triggerClass="button project"
      trigger={
        <>
          <span class="clip">{name}</span>
          <Icon icon={ChevronsUpDown} size={14} />
        </>
      }
      heading="Projects"
      items={session.projects.map(({ id, name: label }) => ({
        value: id,
        label,
        isChosen: id === session.projectId,
      }))}
      onSelect={(id) => {
        if (id !== session.projectId) void choose(id);
      }}
    />
  );
}

const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const;

function ThemeMenu(): JSX.Element {
  const [theme, setTheme] = useTheme();
  useShortcut('t', 'Switch between light and dark', () => {
    setTheme(document.documentElement.classList.contains('dark') ? 'light' : 'dark');
  });
  return (
    <Menu
      label="Theme"
      triggerClass="button icon-only"
      trigger={<Icon icon={themeIcons[theme]} />}
      heading="Theme"
      items={themes.map((value) => ({
        value,
        label: themeNames[value],
        icon: themeIcons[value],
        isChosen: value === theme,
      }))}
      onSelect={(value) => {
        setTheme(value as Theme);
      }}
    />
  );
}

const places: Readonly<Record<string, string>> = {
  docs: '/docs',
  search: '/docs/console#images-and-tags',
  changes: '/docs/changelog',
};

function HelpMenu({ onHelp }: { onHelp: () => void }): JSX.Element {
  return (
    <Menu
      label="Help"
      triggerClass="button icon-only"
      trigger={<Icon icon={CircleHelp} />}
      heading={`Tagway ${version}`}
      items={[
        { value: 'docs', label: 'Documentation and APIs', icon: BookOpen },
        { value: 'search', label: 'How to search', icon: Tag },
        { value: 'keys', label: 'Keyboard shortcuts', icon: Keyboard },
        { value: 'changes', label: 'What is new', icon: BookOpen },
      ]}
      onSelect={(value) => {
        const address = places[value];
        if (address === undefined) onHelp();
        else window.open(address, '_blank', 'noopener');
      }}
    />
  );
}

function UserMenu({ session, onSignOut }: Pick<TopBarProps, 'session' | 'onSignOut'>): JSX.Element {
  const { user, roles, token } = session;
  const trigger = (
    <>
      <Icon icon={CircleUser} />
      <span class="clip wide-only">{user}</span>
    </>
  );
  if (token === null) {
    return (
      <p class="user" title="This gateway needs no credentials">
        {trigger}
        <span class="unseen">{user}</span>
      </p>
    );
  }
  return (
    <Menu
      label={`Account of ${user}`}
      triggerClass="button quiet user"
      trigger={trigger}
      heading={`${user} (${roles.join(', ')})`}
      items={[{ value: 'sign-out', label: 'Sign out', icon: LogOut }]}
      onSelect={onSignOut}
    />
  );
}
