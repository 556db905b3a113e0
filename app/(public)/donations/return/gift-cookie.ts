/** Holds the receipt's token of the gift this browser began last; sent to the return page alone. */
export const GIFT_COOKIE = 'purse_gift'
