//! The designs that come with the page: what each is called and what there is to learn from it. They are files of their own
//! (`examples/`), which a page asks its own server for when somebody chooses one.

/// A design that comes with the page.
#[derive(Debug)]
pub struct Example {
    /// Its file in `examples/`, without the ending.
    pub file: &'static str,
    /// What a list calls it.
    pub title: &'static str,
    /// What there is to learn from it, in one sentence.
    pub summary: &'static str,
}

const fn of(file: &'static str, title: &'static str, summary: &'static str) -> Example {
    Example { file, title, summary }
}

/// All of them: domains of XPUs first, then networks by rate, then whole sites.
pub const EXAMPLES: &[Example] = &[
    of("nvlink-hgx-and-nvl72", "NVLink: NVL72 beside HGX", "A domain of 72 and six of eight on one NDR fabric of four rails."),
    of("nvlink-fusion", "NVLink Fusion", "Custom XPUs and GB200 trays on the same NVLink switches; announced."),
    of("ualink-1-pod", "UALink 1.0 pod", "64 XPUs on 18 planes in one rack, as far as copper reaches."),
    of("ualink-2-pod", "UALink 2.0 pod", "XPUs of chiplets and switches that reduce; announced."),
    of("infiniband-edr", "InfiniBand EDR", "72 hosts on 36-port switches, every host on copper."),
    of("infiniband-hdr", "InfiniBand HDR", "20 DGX A100 on eight rails, 20 links down and 20 up."),
    of("infiniband-ndr", "InfiniBand NDR", "256 H200 in a full unit, with twin-port transceivers."),
    of("infiniband-xdr", "InfiniBand XDR", "96 B300, four rails on each switch of 144 ports."),
    of("roce-100g-to-800g", "RoCE v2, 100G to 800G", "Compute, storage and front-end of 128 MI300X, each at its rate."),
    of("optics", "Optics by distance", "Copper to co-packaged optics: which cable for which way."),
    of("mixed-accelerators", "Six kinds of accelerator", "Hopper, Blackwell, Instinct, Gaudi, Trainium and TPU on one Ethernet."),
    of("training-405b", "Training of 405B", "A step of Llama 3.1 405B on 512 H100: eight rails, sixteen stages."),
    of("ai-ran", "AI-RAN", "Radio sites within 100 µs of their servers, and a core 60 km away."),
    of("migration", "Migration to NDR", "What HDR and EDR gear still does beside a new fabric."),
];
