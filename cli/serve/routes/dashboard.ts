import { dashboardPlugin, type DashboardOptions } from '../../../shared/dashboard/dashboard-plugin.js';
import { type ApiRoutes } from '../api-dependencies.js';

/** Where the dashboard is mounted beside the API. */
export const dashboardPrefix = '/dashboard';

/** The dashboard's pages. Open here: browsers send the token in another way, which the dashboard itself asks for. */
export function dashboardRoutes(options: DashboardOptions): ApiRoutes {
  return {
    access: 'open',
    register(app) {
      void app.register(
        async (scope) => {
          scope.addHook('onRoute', (route) => {
            // Pages are no part of the API's description.
            route.schema = { ...route.schema, hide: true };
          });
          await scope.register(dashboardPlugin, options);
        },
        { prefix: dashboardPrefix },
      );
    },
  };
}
