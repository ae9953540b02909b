import { expect, test } from 'vitest'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { TestSite } from '#test/support/site.ts'

test('the reference opens in a browser without the internet, and a request can be tried from it', async (context) => {
  await using site = await TestSite.start()
  await site.playLock(1)
  const browser = await launchBrowser(context)
  try {
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/docs`)
    await page.getByRole('heading', { name: 'Latchkey' }).waitFor()
    await page.locator('#operations-Health-getHealth').getByRole('button').first().click()
    await page.getByRole('button', { name: 'Execute' }).click()
    await page.locator('.live-responses-table').getByText('"status": "ok"').waitFor()

    expect(phone.complaints).toEqual([])
    expect(phone.asked.filter((url) => !url.startsWith(site.url) && !url.startsWith('data:'))).toEqual([])
  } finally {
    await browser.close()
  }
})
