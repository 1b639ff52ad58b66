import { useEffect } from 'preact/hooks';
import { readPreference, usePreference } from './preferences';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const themeNames: Readonly<Record<Theme, string>> = {
  system: 'Same as system',
  light: 'Light',
  dark: 'Dark',
};

const dark = matchMedia('(prefers-color-scheme: dark)');

function apply(theme: Theme): void {
  const isDark = theme === 'dark' || (theme === 'system' && dark.matches);
  document.documentElement.classList.toggle('dark', isDark);
}

/** Before anything is drawn, so that nothing flashes. */
export function applyStoredTheme(): void {
  apply(readPreference('theme', themes, 'system'));
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = usePreference('theme', themes, 'system');
  useEffect(() => {
    const follow = (): void => {
      apply(theme);
    };
    follow();
    dark.addEventListener('change', follow);
    return () => {
      dark.removeEventListener('change', follow);
    };
  }, [theme]);
  return [theme, setTheme];
}
