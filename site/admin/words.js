// How data reads: money, times, and the program's own words.

const STAGES = {
  new: "New", contacted: "Contacted", qualified: "Qualified", appointment: "Appointment", quoted: "Quoted", won: "Won",
  invoiced: "Invoiced", paid: "Paid", lost: "Lost", disqualified: "Disqualified",
};
const REWARDS = { pending: "Waiting", issued: "Issued", redeemed: "Redeemed", reversal_due: "To be taken back", reversed: "Reversed" };
const CHANNELS = { sms: "SMS", whatsapp: "WhatsApp", email: "E-mail", qr: "QR code", copy: "Copied link", print: "Print", facebook: "Facebook", x: "X", link: "Link", other: "Other", unknown: "Not known" };
const KINDS = { service_credit: "Service credit", discount_code: "Discount code", gift_card: "Gift card", custom: "Custom" };

export const stages = Object.entries(STAGES);
export const rewardStatuses = Object.entries(REWARDS);
export const stage = (name) => STAGES[name] || name;
export const rewardStatus = (name) => REWARDS[name] || name;
export const channel = (name) => CHANNELS[name] || sentence(name);
export const kind = (name) => KINDS[name] || name;

let usual = "USD";

// The program's own, for amounts that name none.
export function useCurrency(currency) {
  usual = currency;
}

export function money(cents, currency = usual) {
  return new Intl.NumberFormat("en-US", { style: "currency", currency }).format(cents / 100);
}

export function reward(one) {
  if (one.kind === "custom" && one.text) return one.text;
  if (one.percent) return `${one.percent} % off`;
  return money(one.amount_cents, one.currency);
}

export function when(text) {
  if (!text) return "";
  return new Date(text).toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" });
}

export function ago(text) {
  const minutes = Math.round((Date.now() - new Date(text)) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h ago`;
  return `${Math.round(minutes / 1440)} days ago`;
}

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1).replaceAll("_", " ");

export function phone(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number || "");
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : number;
}
