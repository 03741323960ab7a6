// A server on a folder of its own with lists, a book and people, and a browser to visit it with.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const { INTERDICT_BIN: bin, WORK: work, ROOT: root, CHROMIUM: browserPath } = process.env;
const data = join(work, "data");
export const PASSWORD = "a long enough pass phrase 7";

const run = (...args) =>
  execFileSync(bin, ["--data-dir", data, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const write = (name, text) => {
  const path = join(work, name);
  writeFileSync(path, text);
  return path;
};

/** The list in three publications: as it is, with three new aliases and four entries less, and cut short. */
function lists() {
  const first = readFileSync(join(root, "examples/watchlist.ftm.json"), "utf8").trim().split("\n");
  const second = first.slice(0, -4).map((line) => JSON.parse(line));
  let changed = 0;
  for (const entity of second) {
    if (entity.schema === "Person" && changed < 3) {
      (entity.properties.alias ??= []).push(`Added Alias ${++changed}`);
    }
  }
  const lines = (all) => all.map((one) => JSON.stringify(one)).join("\n") + "\n";
  const cut = second.slice(0, Math.floor(second.length / 3));
  run("import", write("first.ftm.json", first.join("\n") + "\n"), "--dataset", "watch", "--published", "2026-11-01");
  run("import", write("second.ftm.json", lines(second)), "--dataset", "watch", "--published", "2026-11-10");
  try {
    run("import", write("third.ftm.json", lines(cut)), "--dataset", "watch", "--published", "2026-11-20");
  } catch (held) {
    // A publication that is held back counts as failed.
    if (held.status !== 1) throw held;
  }
}

/** Starts everything; gives the address, a way to stop, and one to ask the own API as admin. */
export async function open() {
  lists();
  const policy = write("policy.toml", 'format = 1\nname = "four eyes"\n\n[four_eyes]\ntrue_match = true\n');
  run("book", "load", "customers", join(root, "examples/customers.csv"), "--key", "id");
  run("book", "screen", "customers", "--policy", policy);
  const server = spawn(bin, ["--data-dir", data, "serve", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, RUST_LOG: "warn" },
  });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (part) => {
      said += part;
      const found = said.match(/serves on (\S+)/);
      if (found) resolve(found[1]);
    });
    server.on("exit", () => reject(new Error(`the server ended: ${said}`)));
  });
  const key = readFileSync(join(data, "first-admin.key"), "utf8").trim();
  const admin = async (method, path, body) => {
    const reply = await fetch(address + path, {
      method,
      headers: { authorization: `ApiKey ${key}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply.status === 204 ? null : reply.json();
  };
  for (const [login, name, roles] of [
    ["ann", "Ann Analyst", ["analyst", "mlro"]],
    ["bob", "Bob Approver", ["approver"]],
    ["vic", "Vic Viewer", ["viewer"]],
  ]) {
    await admin("POST", "/api/v1/users", { login, name, roles, password: PASSWORD });
  }
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  const close = async () => {
    await browser.close();
    server.removeAllListeners("exit");
    server.kill("SIGTERM");
    await new Promise((ended) => server.on("exit", ended));
  };
  return { address, admin, browser, close, data };
}

/** Somebody at a browser; every page they see must stay free of errors and of other machines. */
export async function visitor(house, options = {}) {
  const context = await house.browser.newContext({ baseURL: house.address, ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // A reply of 4xx is what some tests ask for.
    if (message.type() === "error" && !message.text().includes("the server responded with a status of 4")) {
      troubles.push(`console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(house.address)) troubles.push(`asked elsewhere: ${request.url()}`);
  });
  return { context, page, troubles };
}

export async function logIn(page, login, password = PASSWORD) {
  await page.goto("/login");
  await page.fill("#login", login);
  await page.fill("#password", password);
  await page.click("button.main");
}
