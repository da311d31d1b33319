/* A module for Node.js in C: add(a, b). The few declarations of Node-API that it needs are its own,
   so that no headers are needed. */
typedef void *napi;
typedef napi (*callback)(napi env, napi info);
int napi_get_cb_info(napi env, napi info, unsigned long *count, napi *arguments, napi *self, void **data);
int napi_get_value_double(napi env, napi value, double *result);
int napi_create_double(napi env, double value, napi *result);
int napi_create_function(napi env, const char *name, unsigned long length, callback call, void *data, napi *result);

static napi add(napi env, napi info)
{
    unsigned long count = 2;
    napi arguments[2], result;
    double a, b;
    napi_get_cb_info(env, info, &count, arguments, 0, 0);
    napi_get_value_double(env, arguments[0], &a);
    napi_get_value_double(env, arguments[1], &b);
    napi_create_double(env, a + b, &result);
    return result;
}

napi napi_register_module_v1(napi env, napi exports)
{
    napi function;
    napi_create_function(env, "add", 3, add, 0, &function);
    return function;
}
