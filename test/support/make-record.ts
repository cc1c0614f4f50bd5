type Ask = <Data>(query: string, variables: { input: object }) => Promise<Data>

/** Makes what `createCampaign` and the like make, and gives what is selected of it. */
export const recordMaker =
  (ask: Ask) =>
  async <Made = Record<string, string>>(field: string, input: object, select = 'id'): Promise<Made> => {
    const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`
    const query = `mutation ($input: ${type}!) { made: ${field}(input: $input) { ${select} } }`
    return (await ask<{ made: Made }>(query, { input })).made
  }
