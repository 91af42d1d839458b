import { definePlugin, type ModelValues } from '@endcap/sdk'

/**
 * Runs the models of the box for flows. A model is opened at its first question, so a box whose flows ask none pays
 * nothing; a question that does not fit is refused with the field and the reason, and the node says "don't know".
 */
export default definePlugin((ctx) => {
  ctx.command('model.predict', '+', async ({ input, explain = false }, { to }) => {
    const name = to.slice(ctx.plugin.length + 1)
    const model = await ctx.model(name)
    ctx.online(name, 'model')
    return model.predict(input as ModelValues, { explain })
  })
})
