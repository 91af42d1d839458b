import { definePlugin } from '@endcap/sdk'

export default definePlugin(async () => {})
