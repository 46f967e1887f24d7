// The photos of a form, one a page: shrunk here, kept, sent after the numbers; what KPU says of each.

import { byId, failed } from "../offline/util.js";
import { BadPhoto } from "../offline/photos.js";
import { make, say, show } from "./words.js";

const LOOKS = { belum: "state-wait", aman: "state-info", dikirim: "state-info", diterima: "state-ok", ditolak: "state-stop" };
const GOAL = 200000; // bytes of a page: a machine reads it as well as a larger one, and three pass a bad line in minutes
const FRESH = 20000; // the server's word on the photos is asked for again when it is older

export class Pages {
  constructor(station) {
    this.station = station;
    this.field = station.field;
  }

  async show(contest) {
    this.contest = contest;
    byId("judul-foto").textContent = say("title_photos", { contest: contest.nama });
    byId("daftar-foto").replaceChildren(...Array.from({ length: contest.halaman }, (_, i) => this.slot(i + 1)));
    await this.refresh(await this.station.standing());
    show("foto", "judul-foto");
    if (navigator.onLine && Date.now() - this.station.fetched > FRESH) this.station.renew().catch(failed);
  }

  slot(h) {
    const item = byId("t-foto").content.firstElementChild.cloneNode(true);
    item.dataset.page = h;
    item.querySelector('[data-x="judul"]').textContent = say("page", { n: h });
    const input = item.querySelector("input");
    input.id = `foto-${h}`;
    input.setAttribute("aria-describedby", `kabar-${h}`);
    item.querySelector("label").htmlFor = input.id;
    item.querySelector('[data-x="kabar"]').id = `kabar-${h}`;
    input.onchange = () => {
      const [file] = input.files;
      if (file) this.take(h, file, item).catch((problem) => this.complain(item, problem));
    };
    return item;
  }

  complain(item, problem) {
    if (!(problem instanceof BadPhoto) && !(problem instanceof Known)) failed(problem);
    const place = item.querySelector('[data-x="salah"]');
    place.textContent = problem instanceof BadPhoto ? this.field.say(problem.message) : problem.message;
    place.hidden = false;
  }

  async take(h, file, item) {
    item.querySelector('[data-x="salah"]').hidden = true;
    item.querySelector('[data-x="kabar"]').textContent = say("shrinking");
    const { p } = this.contest;
    const photo = await this.field.shrink(file, GOAL);
    item.querySelector("input").value = "";
    for (const [contest, { foto = {} }] of Object.entries(this.station.kept)) {
      for (const [page, taken] of Object.entries(foto)) {
        if (taken?.sha !== photo.sha256 || (contest === p && Number(page) === h)) continue;
        const there = (await this.station.standing()).page(contest, page);
        if (!["belum", "ditolak"].includes(there.state)) throw new Known(say("same_photo", { contest: this.station.contest(contest)?.nama ?? contest, n: page }));
      }
    }
    await this.preview(photo, item);
    const before = this.station.kept[p]?.foto ?? {};
    const old = before[h]?.packet;
    if (old && !(await this.field.queue.dismiss(old))) await this.field.queue.withdraw(old);
    const key = crypto.randomUUID();
    const kept = this.station.changed(p, { foto: { ...before, [h]: { packet: key, sha: photo.sha256 } } });
    await this.field.queue.add({ p, h }, { photos: [photo], key, values: { kpps: kept } });
    this.station.kept = kept;
    await this.refresh(await this.station.standing());
    this.field.tell(say("photo_kept", { n: h, size: Math.round(photo.length / 1000) }));
  }

  // What was kept, for whoever took it to look at: sharp, whole, the right page?
  async preview(photo, item) {
    const image = await createImageBitmap(new Blob([photo.bytes], { type: "image/jpeg" }));
    const canvas = item.querySelector("canvas");
    canvas.width = Math.min(image.width, 640);
    canvas.height = Math.round((image.height * canvas.width) / image.width);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    canvas.hidden = false;
  }

  async refresh(there) {
    const pages = there.pages(this.contest);
    const open = ({ state }) => ["belum", "ditolak"].includes(state);
    const next = pages.find((page) => open(page) || this.station.word(this.contest, page).again);
    byId("foto-lengkap").hidden = Boolean(next);
    byId("foto-selesai").className = `btn ${next ? "btn-outline-primary" : "btn-primary"}`;
    for (const page of pages) {
      const item = byId("daftar-foto").querySelector(`[data-page="${page.h}"]`);
      const state = item.querySelector('[data-x="keadaan"]');
      const { text, again } = this.station.word(this.contest, page);
      state.className = `state ${again ? LOOKS.ditolak : LOOKS[page.state]}`;
      state.textContent = again ? say("p_ulang") : say(`p_${page.state}`, { n: page.share });
      item.querySelector('[data-x="kabar"]').textContent = page.message ?? text;
      const label = item.querySelector("label");
      label.className = `btn ${page.h === next?.h ? "btn-primary" : "btn-outline-primary"}`;
      label.textContent = say(page.state === "belum" ? "take_page" : "take_again", { n: page.h });
    }
  }

  close() {
    byId("daftar-foto").replaceChildren();
    byId("judul-foto").textContent = "";
  }
}

class Known extends Error {}
