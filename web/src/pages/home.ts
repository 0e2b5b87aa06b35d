/**
 * On the home page: leads links of old, `/cs/#map=12/50.7/15.0&layers=…`, on to the map they meant.
 *
 * What stands behind "#" never reaches the service, so nobody else can do it.
 */
const hash = location.hash.slice(1);
if (/^(map|layers|feature)=/.test(hash)) location.replace(`${location.pathname.replace(/\/?$/, "/map")}?${hash}`);
