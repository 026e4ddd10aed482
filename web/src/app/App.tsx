import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { SearchPage } from '../search/SearchPage.tsx';
import { TracePage } from '../trace/TracePage.tsx';
import { ErrorPage, NotFound } from './ErrorPage.tsx';
import { Shell } from './Shell.tsx';

const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <ErrorPage />,
    children: [
      { path: '/', element: <Navigate to="/search" replace /> },
      { path: '/search', element: <SearchPage /> },
      { path: '/trace/:traceId', element: <TracePage /> },
      { path: '*', element: <NotFound /> },
    ],
  },
]);

export function App() {
  return <RouterProvider router={router} />;
}
