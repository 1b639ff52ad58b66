import { useEffect, useState } from 'preact/hooks';

export type Route =
  | { readonly view: 'images' }
  | { readonly view: 'image'; readonly imageId: string }
  | { readonly view: 'statistics' }
  | { readonly view: 'requests' };

function readRoute(): Route {
  const [, view = '', imageId = ''] = location.hash.split('/');
  if (view === 'images' && imageId !== '') return { view: 'image', imageId: decodeURIComponent(imageId) };
  if (view === 'statistics' || view === 'requests') return { view };
  return { view: 'images' };
}

/** Where the address bar leads: what follows `#`, so that the gateway serves one page only. */
export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = (): void => {
      setRoute(readRoute());
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  return route;
}
