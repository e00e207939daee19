import { Collector } from '../html/collector.ts'
import { pack } from '../html/chunks.ts'
import { documentPieces } from '../html/document.ts'
import { pageAssets } from '../html/page-assets.ts'
import { pageIndex } from '../html/page-index.ts'
import { verdictLine } from '../verdict-line.ts'
import type { Report } from './report.ts'

/** One file to open in a browser; it needs nothing else. */
export const html: Report = ({ write }) => {
  const collector = new Collector()
  return {
    on: (event) => collector.see(event),
    close: async (state) => {
      collector.finish()
      const index = pack(JSON.stringify(pageIndex(state, collector)))
      const assets = await pageAssets()
      const title = `gwscen: ${verdictLine(state)}`
      const chunks = collector.chunks.finish()
      for (const piece of documentPieces({ title, assets, index, chunks })) write(piece)
    },
  }
}
