import { definePlugin, type ModelValues } from '@endcap/sdk'

/**
 * Runs the models of the box for flows. A model is opened at its first question, so a box whose flows ask none pays
 * nothing; a question that does not fit is refused with the field and the reason, and the node says "don't know".
 * An answer with its explanation is an event, too, so that people can see later what was decided and why.
 */
export default definePlugin((ctx) => {
  ctx.command('model.predict', '+', async ({ input, explain = false }, { to }) => {
    const name = to.slice(ctx.plugin.length + 1)
    const model = await ctx.model(name)
    ctx.online(name, 'model')
    const answer = await model.predict(input as ModelValues, { explain })
    const { label, confidence, contributions } = answer
    if (contributions)
      ctx.emit('model.answered', {
        subject: `model/${name}`,
        data: {
          ...(label === undefined ? {} : { label }),
          ...(confidence === undefined ? {} : { confidence }),
          inference: { model: answer.model, contributions },
        },
      })
    return answer
  })
})
