// What `tests/clients/rest.py` started, and who may moderate there.

export const here = JSON.parse(process.env.REJOINDER_HERE);
