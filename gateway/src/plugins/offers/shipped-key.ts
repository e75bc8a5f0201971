/**
 * Signs `shipped-catalogue.json`; the secret half is with those who publish Berth
 * (docs/guides/extensions.md).
 */
export const shippedKey = 's_CAcd0mzyCBMyjwG07_ois5QGpw9qsabSNQsuQ6ImM';
